# fault_test(NAME SOURCES t.c [NEEDS rooms...] [LIBS ...] [EVERY n])
# A cmocka program in which calls to the system and to libraries can be made to fail, one after the other
# (tests/support/fault.h). In the suite it lets every nth place fail; NAME-long, labelled long, lets each.
set(FAULT_WRAPPED
    malloc calloc realloc reallocarray strdup realpath asprintf __asprintf_chk free sodium_malloc sodium_free
    open openat __openat_2 read pread __read_chk __pread_chk stat fstat lstat access opendir fdopendir closedir readdir
    write pwrite mkdir link linkat rename renameat unlink unlinkat fsync fdatasync syncfs
    sqlite3_open_v2 sqlite3_prepare_v2 sqlite3_prepare_v3 sqlite3_step sqlite3_exec sqlite3_bind_blob64
    sqlite3_bind_text64 sqlite3_bind_int64 sqlite3_bind_null sqlite3_backup_init sqlite3_backup_step
    sqlite3_wal_checkpoint_v2)

function(fault_test name)
    cmake_parse_arguments(T "" "EVERY" "SOURCES;NEEDS;LIBS;LINK" ${ARGN})
    set(support ${CMAKE_SOURCE_DIR}/tests/support)
    room_test(${name} SOURCES ${T_SOURCES} ${support}/fault.c ${support}/fault_calls.c ${support}/fault_lost.c
        ${support}/fault_libraries.c ${support}/sweep.c
        ${support}/folder.c NEEDS ${T_NEEDS} LIBS ${T_LIBS} libsodium sqlite3 libcrypto LINK ${T_LINK} TIMEOUT 300)
    foreach(call ${FAULT_WRAPPED})
        target_link_options(${name} PRIVATE -Wl,--wrap=${call})
    endforeach()
    if(NOT T_EVERY)
        set(T_EVERY 1)
    endif()
    set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT "FAULT_EVERY=${T_EVERY}")
    if(T_EVERY GREATER 1)
        add_test(NAME ${name}-long COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
        set_tests_properties(${name}-long PROPERTIES LABELS long TIMEOUT 3600 ENVIRONMENT
            "PROVISO_BUILD=${CMAKE_BINARY_DIR};PROVISO_SOURCE=${CMAKE_SOURCE_DIR};FAULT_EVERY=1")
    endif()
endfunction()
