// The commands that move files, or remove them.
#include "base/text.hpp"
#include "cli/local.hpp"
#include "cli/shell/expansion.hpp"
#include "cli/shell/local_process.hpp"
#include "cli/shell/shell_commands.hpp"
#include "cli/shell/word.hpp"
#include "cli/terminal.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

namespace ferry::cli {

namespace {

shell_words called(std::string name, const shell_words& words) {
    auto line = words;
    line.front() = std::move(name);
    return line;
}

/// What of the operands is wanted: all, or with `ask` those that are confirmed.
result<shell_words> confirmed(const shell& in, const shell_words& operands,
                              const std::string& what) {
    if (!in.settings.ask) return operands;
    shell_words wanted;
    result<char> answer = 'y';
    for (const auto& each : operands) {
        if (*answer != 'a' && *answer != 'q') answer = in.ask(what + ' ' + printable(each) + '?');
        if (!answer) return fail(std::move(answer.error()));
        if (*answer == 'y' || *answer == 'a') wanted.push_back(each);
    }
    return wanted;
}

bool is_remote_directory(const shell& in, const std::string& path) {
    const auto parts = split_path(path);
    const auto known = in.cache.find(in.absolute(parts.first), listing_cache::clock::now());
    return known && std::ranges::any_of(*known, [&parts](const cached_name& each) {
               return each.is_directory && each.name == parts.second;
           });
}

bool is_local_directory(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::is_directory(path, ignored);
}

/// mget, mput and mdelete.
result<int> run_on_many(shell& in, const shell_words& words) {
    auto asked = arguments_of_many(in, words);
    if (!asked) return fail(std::move(asked.error()));
    return *asked ? run_one_shot(in, **std::move(asked)) : 0;
}

/// A file of the user's own to edit in, gone with its owner.
class scratch_file {
public:
    scratch_file() = default;

    ~scratch_file() {
        std::error_code ignored;
        if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
    }

    scratch_file(const scratch_file&) = delete;
    scratch_file& operator=(const scratch_file&) = delete;

    [[nodiscard]] result<std::string> make(const std::string& name) {
        auto made = make_private_directory();
        if (!made) return fail(std::move(made.error()));
        directory_ = *std::move(made);
        return (std::filesystem::path(directory_) / name).string();
    }

    /// Leaves it there: what the user wrote must not be lost.
    void keep() noexcept { directory_.clear(); }

private:
    std::string directory_;
};

std::string editor_of(const shell& in) {
    if (!in.settings.editor.empty()) return in.settings.editor;
    if (auto visual = in.variable("VISUAL")) return *visual;
    return in.variable("EDITOR").value_or("vi");
}

/// Whether two looks at a remote file saw the same; what neither knows counts as the same.
bool same_state(const entry& a, const entry& b) {
    return a.size == b.size && a.mtime == b.mtime && a.type == b.type;
}

failure changed_meanwhile(const std::string& remote, const std::string& local) {
    error problem(errc::refused, remote + " has changed on the server in the meantime");
    problem.advise("your version is kept in " + local);
    return fail(std::move(problem));
}

/// Uploads what was edited, unless somebody else was faster.
result<int> bring_back(shell& in, const std::string& remote, const std::string& local,
                       const std::optional<entry>& before, scratch_file& scratch) {
    auto session = in.session();
    if (!session) {
        scratch.keep();
        return fail(std::move(session.error().advise("your version is kept in " + local)));
    }
    const auto now = (*session)->stat(remote);
    const bool same = before ? now && same_state(*before, *now) : !now;
    if (!same) {
        scratch.keep();
        return changed_meanwhile(remote, local);
    }
    transfer_options options;
    options.ascii = in.settings.ascii;
    const auto done = (*session)->upload(local_end::path(local), remote, options);
    if (done) return 0;
    scratch.keep();
    auto problem = done.error();
    return fail(std::move(problem.advise("your version is kept in " + local)));
}

} // namespace

result<std::optional<arguments>> arguments_of_many(shell& in, const shell_words& words) {
    const auto row = find_shell_command(words.front());
    if (!row) return fail(row.error());
    const auto command = (*row)->command;
    auto asked = one_shot_arguments(in, called(std::string(row_of(command).name), words));
    if (!asked) return fail(std::move(asked.error()));
    auto& operands = asked->operands;
    const bool uploads = command == command_id::put;
    const auto target = uploads ? operands.back() : std::string();
    if (uploads) operands.pop_back();
    const bool takes_trees = asked->recursive;
    std::erase_if(operands, [&](const std::string& each) {
        if (takes_trees) return false;
        const bool left_out = uploads ? is_local_directory(each) : is_remote_directory(in, each);
        if (left_out) messages().line(printable(each) + ": left out, it is a directory");
        return left_out;
    });
    // The question names what will be done: get, put, delete.
    auto wanted = confirmed(in, operands, std::string((*row)->name.substr(1)));
    if (!wanted) return fail(std::move(wanted.error()));
    if (wanted->empty()) return std::nullopt;
    operands = *std::move(wanted);
    if (uploads) operands.push_back(target);
    return *std::move(asked);
}

result<int> shell_get(shell& in, const shell_words& words) {
    return run_one_shot(in, called("get", words));
}

result<int> shell_mget(shell& in, const shell_words& words) {
    return run_on_many(in, words);
}

result<int> shell_reget(shell& in, const shell_words& words) {
    return run_one_shot(in, called("get", words), [](arguments& asked) { asked.resume = true; });
}

result<int> shell_put(shell& in, const shell_words& words) {
    return run_one_shot(in, called("put", words));
}

result<int> shell_mput(shell& in, const shell_words& words) {
    return run_on_many(in, words);
}

result<int> shell_reput(shell& in, const shell_words& words) {
    return run_one_shot(in, called("put", words), [](arguments& asked) { asked.resume = true; });
}

result<int> shell_mirror(shell& in, const shell_words& words) {
    return run_one_shot(in, called("mirror", words));
}

result<int> shell_append(shell& in, const shell_words& words) {
    // The classic form: append LOCAL [REMOTE].
    shell_words line{"put", "--append"};
    if (words.size() > 2) line.insert(line.end(), {"-o", words[2]});
    line.insert(line.end(), {"--", words[1]});
    return run_one_shot(in, std::move(line));
}

result<int> shell_delete(shell& in, const shell_words& words) {
    return run_one_shot(in, called("rm", words));
}

result<int> shell_mdelete(shell& in, const shell_words& words) {
    return run_on_many(in, words);
}

result<int> shell_edit(shell& in, const shell_words& words) {
    const auto& remote = words[1];
    const auto name = std::filesystem::path(remote).filename().string();
    if (!is_safe_name(name)) return fail(errc::unsafe_name, remote);
    auto session = in.session();
    if (!session) return fail(std::move(session.error()));
    scratch_file scratch;
    const auto local = scratch.make(name);
    if (!local) return fail(local.error());
    std::optional<entry> before;
    if (auto found = (*session)->stat(remote); found)
        before = *std::move(found);
    else if (found.error().code() != errc::not_found)
        return fail(std::move(found.error()));
    transfer_options options;
    options.ascii = in.settings.ascii;
    if (before)
        if (auto got = (*session)->download(remote, local_end::path(*local), options); !got)
            return fail(std::move(got.error()));
    const auto was = state_of_file(*local);
    const auto edited = run_local(editor_of(in) + ' ' + quote_word(*local));
    if (!edited) return fail(edited.error());
    if (*edited != 0) {
        write_out(fmt::format("the editor ended with status {}: nothing is uploaded\n", *edited));
        return *edited;
    }
    if (state_of_file(*local) == was) {
        write_out("unchanged\n");
        return 0;
    }
    return bring_back(in, remote, *local, before, scratch);
}

} // namespace ferry::cli
