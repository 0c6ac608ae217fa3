#include "io/replacement_file.hpp"
