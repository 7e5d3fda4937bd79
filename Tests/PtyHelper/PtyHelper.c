#define _GNU_SOURCE
#include "PtyHelper.h"
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

static void tell(int descriptor, int value) {
  while (write(descriptor, &value, sizeof value) < 0 && errno == EINTR) {}
}

/* Every signal as a shell hands it on, whatever the test runner ignores or blocks. */
static void forget_signal_settings(void) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static void run_program(char *const arguments[], char *const environment[]) {
  setpgid(0, 0);
  signal(SIGTTOU, SIG_IGN);
  tcsetpgrp(STDIN_FILENO, getpid());
  forget_signal_settings();
  close_range(3, ~0U, 0);
  execve(arguments[0], arguments, environment);
  _exit(127);
}

/* A shell with one job: reports what becomes of it, takes the terminal when it stops, gives it back when told to. */
static void stand_in_for_shell(int reports, int orders, char *const arguments[], char *const environment[]) {
  forget_signal_settings();
  signal(SIGTTOU, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  pid_t program = fork();
  if (program == 0) run_program(arguments, environment);
  setpgid(program, program);
  tell(reports, program);
  int status;
  while (waitpid(program, &status, WUNTRACED | WCONTINUED) == program) {
    tell(reports, status);
    if (WIFEXITED(status) || WIFSIGNALED(status)) break;
    if (!WIFSTOPPED(status)) continue;
    tcsetpgrp(STDIN_FILENO, getpgrp());
    char order;
    if (read(orders, &order, 1) != 1) break;
    tcsetpgrp(STDIN_FILENO, program);
    kill(-program, SIGCONT);
  }
  /* Keeps the terminal until the test has looked at it. */
  char end;
  while (read(orders, &end, 1) > 0) {}
  _exit(0);
}

/* Not what a new terminal has, so that a program which "restores" those settings is found out. */
static int make_terminal(pty_session *session, int *slave, int columns, int rows) {
  struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
  if (openpty(&session->master, slave, NULL, NULL, &size) != 0) return -1;
  fcntl(session->master, F_SETFD, FD_CLOEXEC);
  fcntl(*slave, F_SETFD, FD_CLOEXEC);
  tcgetattr(*slave, &session->found);
  session->found.c_iflag &= ~(tcflag_t)IXON;
  session->found.c_cc[VERASE] = 8;
  return tcsetattr(*slave, TCSANOW, &session->found);
}

int pty_start(char *const arguments[], char *const environment[], int columns, int rows, pty_session *session) {
  int reports[2], orders[2], slave;
  if (pipe2(reports, O_CLOEXEC) != 0 || pipe2(orders, O_CLOEXEC) != 0) return -1;
  if (make_terminal(session, &slave, columns, rows) != 0) return -1;
  session->leader = fork();
  if (session->leader < 0) return -1;
  if (session->leader == 0) {
    int told = fcntl(reports[1], F_DUPFD, 10), ordered = fcntl(orders[0], F_DUPFD, 10);
    login_tty(slave);
    /* The ends of other tests' terminals must not stay open here. */
    dup2(told, 3);
    dup2(ordered, 4);
    close_range(5, ~0U, 0);
    stand_in_for_shell(3, 4, arguments, environment);
  }
  close(slave);
  close(reports[1]);
  close(orders[0]);
  session->reports = reports[0];
  session->orders = orders[1];
  return read(reports[0], &session->program, sizeof session->program) == sizeof session->program ? 0 : -1;
}

void pty_resize(int master, int columns, int rows) {
  struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
  ioctl(master, TIOCSWINSZ, &size);
}

void pty_end(pty_session *session) {
  kill(-session->program, SIGKILL);
  close(session->orders);
  if (session->master >= 0) close(session->master);
  close(session->reports);
  kill(session->leader, SIGKILL);
  while (waitpid(session->leader, NULL, 0) < 0 && errno == EINTR) {}
}

int pty_exit_status(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
int pty_fatal_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }
int pty_is_stopped(int status) { return WIFSTOPPED(status); }
int pty_is_continued(int status) { return WIFCONTINUED(status); }
