// Which command follows which reply at login.
#include "plan/login_plan.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace ferry::plan;

TEST_CASE("login: each reply at each stage -> the next step") {
    using enum login_stage;
    using enum login_step;

    struct row {
        login_stage answered;
        int code;
        bool has_account;
        login_step wanted;
    };

    for (const auto& each : {
             row{user, 230, false, done},
             row{user, 331, false, send_password},
             row{user, 332, true, send_account},
             row{user, 332, false, account_needed},
             row{user, 530, true, refused},
             row{user, 500, false, refused},
             row{user, 350, false, refused},
             row{password, 230, false, done},
             row{password, 202, false, done},
             row{password, 331, false, refused}, // asked twice: no loop (threats C18)
             row{password, 332, true, send_account},
             row{password, 332, false, account_needed},
             row{password, 532, false, account_needed},
             row{password, 530, true, refused},
             row{account, 230, true, done},
             row{account, 202, true, done},
             row{account, 332, true, refused},
             row{account, 331, true, refused},
             row{account, 530, true, refused},
         }) {
        CAPTURE(each.code);
        CAPTURE(static_cast<int>(each.answered));
        CHECK(next_login_step(each.answered, each.code, each.has_account) == each.wanted);
    }
}
