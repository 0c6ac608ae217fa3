#include "plan/transfer_machine.hpp"
