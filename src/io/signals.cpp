#include "io/signals.hpp"
