#include "plan/data_ladder.hpp"
