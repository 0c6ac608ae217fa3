#include "io/memory_network.hpp"
