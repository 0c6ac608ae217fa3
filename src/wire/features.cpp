#include "wire/features.hpp"
