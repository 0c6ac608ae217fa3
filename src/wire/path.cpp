#include "wire/path.hpp"
