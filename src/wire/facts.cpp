#include "wire/facts.hpp"
