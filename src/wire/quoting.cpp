#include "wire/quoting.hpp"
