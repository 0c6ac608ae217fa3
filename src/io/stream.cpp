#include "io/stream.hpp"
