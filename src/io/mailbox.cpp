#include "io/mailbox.hpp"
