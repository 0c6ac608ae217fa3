// The line of progress on a terminal, redrawn some times a second by a thread of its own: so that
// it goes on telling the truth when no bytes move.
#pragma once

#include <ferry/client.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace ferry::cli {

class meter {
public:
    meter() = default;
    ~meter();
    meter(const meter&) = delete;
    meter& operator=(const meter&) = delete;

    /// A transfer begins. `name` must be printable.
    void show(std::string name);
    /// How far it is. Cheap: may be called for each block.
    void update(const transfer_progress& now);
    /// It has ended. Nothing is drawn any more when this returns.
    void hide();

private:
    using clock = std::chrono::steady_clock;

    void run();
    void draw() const;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::string name_;
    transfer_progress now_;
    clock::time_point told_; ///< when `now_` was true
    bool visible_ = false;
    bool ending_ = false;
    std::thread drawing_; ///< only once there is something to draw
};

} // namespace ferry::cli
