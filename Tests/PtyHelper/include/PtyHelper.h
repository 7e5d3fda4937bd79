#pragma once
#include <termios.h>

/* Starts programs in a terminal of their own. Swift cannot fork, and what runs between fork and exec must not allocate. */

typedef struct {
  int master;     /* the other end of the terminal */
  int reports;    /* one int per change of the program: the status as waitpid gives it */
  int orders;     /* a byte written here continues the stopped program in the foreground, as `fg` does */
  int leader;     /* the process that stands in for the shell */
  int program;    /* the program itself, leader of its process group */
  struct termios found; /* the settings it was given */
} pty_session;

/* Runs `arguments` with `environment` in a new session behind a small shell, so that stopping works as it does from a real
   one. -1 and errno on failure. */
int pty_start(char *const arguments[], char *const environment[], int columns, int rows, pty_session *session);
/* Changes the size, which sends SIGWINCH. */
void pty_resize(int master, int columns, int rows);
/* What ends a session that is no longer wanted. Waits for the stand-in. */
void pty_end(pty_session *session);
/* waitpid's macros, which Swift does not see. */
int pty_exit_status(int status);   /* -1 if it did not exit */
int pty_fatal_signal(int status);  /* 0 if no signal ended it */
int pty_is_stopped(int status);
int pty_is_continued(int status);
