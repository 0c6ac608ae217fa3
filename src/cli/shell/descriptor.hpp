// A file descriptor that is closed with its owner.
#pragma once

#include <utility>

#include <unistd.h>

namespace ferry::cli {

class descriptor {
public:
    descriptor() = default;

    explicit descriptor(int fd) noexcept : fd_(fd) {}

    ~descriptor() { close(); }

    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

    descriptor& operator=(descriptor&& other) noexcept {
        close();
        fd_ = std::exchange(other.fd_, -1);
        return *this;
    }

    [[nodiscard]] int get() const noexcept { return fd_; }

    [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }

    void close() noexcept {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

private:
    int fd_ = -1;
};

} // namespace ferry::cli
