#include <ferry/client.hpp>
