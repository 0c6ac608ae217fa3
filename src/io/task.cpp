#include "io/task.hpp"
