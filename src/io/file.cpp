#include "io/file.hpp"
