#include "io/task_group.hpp"
