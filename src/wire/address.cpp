#include "wire/address.hpp"
