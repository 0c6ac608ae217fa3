#include "server/storage.hpp"
