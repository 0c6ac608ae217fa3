#include "plan/login_plan.hpp"

namespace ferry::plan {

login_step next_login_step(login_stage answered, int code, bool has_account) noexcept {
    if (code / 100 == 2) return login_step::done; // 230, and 202 where a step is superfluous
    if (code == 331 && answered == login_stage::user) return login_step::send_password;
    if (code == 332 && answered != login_stage::account)
        return has_account ? login_step::send_account : login_step::account_needed;
    if (code == 532) return login_step::account_needed;
    return login_step::refused;
}

} // namespace ferry::plan
