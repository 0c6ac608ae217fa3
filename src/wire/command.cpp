#include "wire/command.hpp"
