#include "wire/listing.hpp"
