// The program: from argv to the exit status.
#pragma once

namespace ferry::cli {

/// All of `main`. Overwrites passwords in `words`.
[[nodiscard]] int run_program(int count, char** words);

} // namespace ferry::cli
