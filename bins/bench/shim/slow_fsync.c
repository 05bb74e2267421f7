/* Preloaded into a server: every flush of the disk takes longer by the microseconds that stand in
 * the file which FSYNC_DELAY_FILE names, read anew each time. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void wait_as_told(void) {
  const char *path = getenv("FSYNC_DELAY_FILE");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  char text[16] = {0};
  long micros = read(file, text, sizeof text - 1) > 0 ? atol(text) : 0;
  close(file);
  struct timespec left = {micros / 1000000, micros % 1000000 * 1000};
  while (nanosleep(&left, &left) != 0) {
  }
}

static int flush(const char *name, int file) {
  wait_as_told();
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  return real(file);
}

int fsync(int file) { return flush("fsync", file); }

int fdatasync(int file) { return flush("fdatasync", file); }
