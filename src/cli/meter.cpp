#include "cli/meter.hpp"

#include "cli/progress.hpp"
#include "cli/terminal.hpp"

namespace ferry::cli {

namespace {

constexpr std::chrono::milliseconds redrawn_every{100};

} // namespace

meter::~meter() {
    hide();
    {
        const std::scoped_lock lock(mutex_);
        ending_ = true;
    }
    changed_.notify_one();
    if (drawing_.joinable()) drawing_.join();
}

void meter::show(std::string name) {
    const std::scoped_lock lock(mutex_);
    name_ = std::move(name);
    now_ = transfer_progress();
    visible_ = false; // until the first bytes: a login may be asking for something
    if (!drawing_.joinable()) drawing_ = std::thread([this] { run(); });
}

void meter::update(const transfer_progress& now) {
    const std::scoped_lock lock(mutex_);
    now_ = now;
    told_ = clock::now();
    if (!visible_) changed_.notify_one();
    visible_ = true;
}

void meter::hide() {
    const std::scoped_lock lock(mutex_);
    visible_ = false;
    messages().erase();
}

void meter::run() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
        changed_.wait(lock, [this] { return visible_ || ending_; });
        // What is over sooner than this is not drawn at all.
        changed_.wait_for(lock, redrawn_every, [this] { return ending_; });
        if (visible_ && !ending_) draw();
    }
}

void meter::draw() const {
    auto shown = now_;
    shown.elapsed += clock::now() - told_;
    messages().draw(progress_line(name_, shown, terminal_width(stderr) - 1));
}

} // namespace ferry::cli
