# ferry_check_headers(NAME DIRECTORY PREFIX TARGET)
#
# Adds to the target check_headers one file for each header of DIRECTORY that includes nothing but
# this header (twice), compiled with what TARGET's users see: each header stands alone.
add_custom_target(check_headers)

function(ferry_check_headers name directory prefix target)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${directory} ${directory}/*.hpp)
  set(sources)
  foreach(header ${headers})
    set(source ${CMAKE_BINARY_DIR}/headers/${name}/${header}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include <${prefix}${header}>\n#include <${prefix}${header}>\n")
    list(APPEND sources ${source})
  endforeach()
  if(sources)
    add_library(check_headers_${name} OBJECT EXCLUDE_FROM_ALL ${sources})
    target_link_libraries(check_headers_${name} PRIVATE ${target} ferry_flags)
    add_dependencies(check_headers check_headers_${name})
  endif()
endfunction()
