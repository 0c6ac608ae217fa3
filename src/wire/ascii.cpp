#include "wire/ascii.hpp"
