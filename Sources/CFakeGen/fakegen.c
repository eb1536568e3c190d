/* FakeGenC implements the header, in Swift, but for what only C can say. */
#include "fakegen.h"

#ifdef __linux__

/* Python's own, where the library is in a process of Python. */
__attribute__((weak)) const char *PyCapsule_GetName(void *capsule);
__attribute__((weak)) void *PyCapsule_GetPointer(void *capsule, const char *name);
__attribute__((weak)) void PyMem_RawFree(void *memory);

/* The structures differ in where `release` is; the names of their capsules tell them apart. */
static void release(void *structure, const char *name) {
  /* arrow_schema, arrow_array, arrow_array_stream */
  if (name[6] == 's') {
    struct ArrowSchema *schema = (struct ArrowSchema *)structure;
    if (schema->release) schema->release(schema);
  } else if (name[11] == 0) {
    struct ArrowArray *array = (struct ArrowArray *)structure;
    if (array->release) array->release(array);
  } else {
    struct ArrowArrayStream *stream = (struct ArrowArrayStream *)structure;
    if (stream->release) stream->release(stream);
  }
}

__attribute__((visibility("default"))) void fakegen_free_capsule(void *capsule) {
  if (!capsule || !PyCapsule_GetName || !PyCapsule_GetPointer || !PyMem_RawFree) return;
  const char *name = PyCapsule_GetName(capsule);
  void *structure = PyCapsule_GetPointer(capsule, name);
  if (!structure) return;
  release(structure, name);
  PyMem_RawFree(structure);
}

#else

__attribute__((visibility("default"))) void fakegen_free_capsule(void *capsule) { (void)capsule; }

#endif
