#include "io/pump.hpp"
