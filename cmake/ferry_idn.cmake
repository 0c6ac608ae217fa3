# libidn2 as ferry::idn, static where there is such a library (docs/decisions/0011). Also for users of
# the installed library, who link what it needs.
if(NOT TARGET ferry::idn)
  add_library(ferry::idn INTERFACE IMPORTED)
  foreach(name idn2 unistring)
    find_library(FERRY_LIB_${name} NAMES lib${name}.a ${name} REQUIRED)
    target_link_libraries(ferry::idn INTERFACE ${FERRY_LIB_${name}})
  endforeach()
endif()
