#include "wire/reply_parser.hpp"
