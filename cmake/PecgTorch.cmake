include_guard()

# Finds LibTorch and offers it as pecg::torch. Its own flags and include folders are marked SYSTEM,
# so that our warnings do not apply to its headers.
find_package(Torch REQUIRED)
add_library(pecg_torch INTERFACE)
add_library(pecg::torch ALIAS pecg_torch)
target_include_directories(pecg_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
target_link_libraries(pecg_torch INTERFACE ${TORCH_LIBRARIES})
separate_arguments(PECG_TORCH_FLAGS UNIX_COMMAND "${TORCH_CXX_FLAGS}")
target_compile_options(pecg_torch INTERFACE ${PECG_TORCH_FLAGS})
