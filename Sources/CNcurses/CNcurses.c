#define _GNU_SOURCE
#define NCURSES_WIDECHAR 1
#include <malloc.h>
#include "CNcurses.h"
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <ncurses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

#define REPORTS_ON "\033[?2004h\033[?1004h"
#define REPORTS_OFF "\033[?1006l\033[?1002l\033[?1000l\033[?1004l\033[?2004l"
#define MOUSE_ON "\033[?1000h\033[?1002h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1002l\033[?1000l"

/* Signal handlers read these: they are complete before `is_taken` is set. */
static struct termios found_modes;
static char restoring[512];
static size_t restoring_length;
static volatile sig_atomic_t is_taken;

static SCREEN *screen;
static int cursor_shown = -1;
static bool wants_mouse;
static crm_cell const blank = {.text = {' '}, .width = 1};

/* MARK: Opening */

static void write_literal(const char *sequence) { crm_write(sequence, (long)strlen(sequence)); }

void crm_use_locale(void) {
  setlocale(LC_CTYPE, "");
  /* Plain "C" is what cron, containers and bare ssh give; the terminal in front of it speaks UTF-8 all the same. */
  if (strcmp(nl_langinfo(CODESET), "ANSI_X3.4-1968") == 0) setlocale(LC_CTYPE, "C.UTF-8");
}

static void remember(const char *sequence) {
  if (sequence == NULL || sequence == (char *)-1) return;
  while (*sequence != 0 && restoring_length < sizeof restoring) {
    if (strncmp(sequence, "$<", 2) == 0) { /* padding, which no terminal of today needs */
      const char *end = strchr(sequence, '>');
      if (end == NULL) return;
      sequence = end + 1;
      continue;
    }
    restoring[restoring_length++] = *sequence++;
  }
}

static void remember_how_to_restore(void) {
  restoring_length = 0;
  remember(REPORTS_OFF);
  remember(tigetstr("sgr0"));
  remember(tigetstr("op"));
  remember(tigetstr("cnorm"));
  remember(tigetstr("rmkx"));
  remember(tigetstr("rmcup"));
}

static void restore_at_exit(void) { crm_leave(); }

static bool can_place_cursor(void) {
  const char *cup = tigetstr("cup");
  return cup != NULL && cup != (char *)-1;
}

crm_opening crm_open(const char *name) {
  if (tcgetattr(STDIN_FILENO, &found_modes) != 0) return crm_unknown;
  screen = newterm(name, stdout, stdin);
  if (screen == NULL) return crm_unknown;
  if (!can_place_cursor()) {
    endwin();
    crm_close();
    return crm_cannot_place_cursor;
  }
  remember_how_to_restore();
  is_taken = 1;
  static bool registered;
  if (!registered) registered = atexit(restore_at_exit) == 0;
  start_color();
  use_default_colors();
  set_escdelay(25);
  raw();
  noecho();
  nonl();
  keypad(stdscr, TRUE);
  scrollok(stdscr, FALSE);
  idlok(stdscr, TRUE);
  def_prog_mode();
  write_literal(REPORTS_ON);
  return crm_opened;
}

int crm_colors(void) { return has_colors() ? COLORS : 0; }

bool crm_has_direct_color(void) { return tigetflag("RGB") > 0 || tigetnum("RGB") > 0; }

int crm_pair(int foreground, int background) {
  if (!has_colors()) return 0;
  int pair = alloc_pair(foreground, background);
  return pair < 0 ? 0 : pair;
}

/* MARK: Drawing */

static bool may_act_on_terminal(uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || (c >= 0x200e && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || (c >= 0xd800 && c <= 0xdfff) ||
         (c >= 0xe0000 && c <= 0xe007f) || c > 0x10ffff;
}

/* Something of this width that the locale can write. */
static wchar_t shown(uint32_t c, int width) {
  char encoded[MB_LEN_MAX];
  mbstate_t state = {0};
  bool is_drawable = !may_act_on_terminal(c) && wcwidth((wchar_t)c) >= 1 && wcwidth((wchar_t)c) <= width;
  wchar_t wanted = is_drawable ? (wchar_t)c : L'\xfffd';
  return wcrtomb(encoded, wanted, &state) == (size_t)-1 ? L'?' : wanted;
}

static attr_t attributes(uint32_t bits) {
  attr_t result = A_NORMAL;
  if (bits & crm_bold) result |= A_BOLD;
  if (bits & crm_dim) result |= A_DIM;
  if (bits & crm_italic) result |= A_ITALIC;
  if (bits & crm_underline) result |= A_UNDERLINE;
  if (bits & crm_reverse) result |= A_REVERSE;
  return result;
}

/* Returns the columns ncurses will count for it. */
static int convert(const crm_cell *cell, cchar_t *result) {
  wchar_t text[CCHARW_MAX + 1] = {shown(cell->text[0], cell->width)};
  int pair = cell->pair, length = 1;
  for (int i = 1; i < 5 && cell->text[i] != 0; i++) {
    uint32_t mark = cell->text[i];
    if (!may_act_on_terminal(mark) && wcwidth((wchar_t)mark) == 0) text[length++] = (wchar_t)mark;
  }
  if (setcchar(result, text, attributes(cell->attributes), 0, &pair) != OK) {
    setcchar(result, L"?", attributes(cell->attributes), 0, &pair);
    return 1;
  }
  return wcwidth(text[0]);
}

void crm_put_row(int row, const crm_cell *cells, int count) {
  static cchar_t *converted;
  static int room;
  if (count > COLS) count = COLS;
  if (row < 0 || row >= LINES || count <= 0) return;
  if (room < count) {
    cchar_t *larger = realloc(converted, (size_t)count * sizeof *converted);
    if (larger == NULL) return;
    converted = larger;
    room = count;
  }
  int used = 0;
  for (int column = 0; column < count;) {
    crm_cell cell = cells[column];
    bool is_half = cell.width < 1 || column + cell.width > count; /* its other half is elsewhere or nowhere */
    if (is_half) cell.text[0] = ' ', cell.text[1] = 0, cell.width = 1;
    int width = convert(&cell, &converted[used++]);
    column += width;
    /* ncurses must count the columns that the canvas counted, or the rest of the row moves. */
    for (; width < cell.width; width++, column++) {
      crm_cell filler = blank;
      filler.attributes = cell.attributes;
      filler.pair = cell.pair;
      convert(&filler, &converted[used++]);
    }
  }
  wmove(stdscr, row, 0);
  wadd_wchnstr(stdscr, converted, used);
}

void crm_show(int column, int row) {
  int wanted = column >= 0 && row >= 0;
  if (wanted != cursor_shown) {
    curs_set(wanted);
    leaveok(stdscr, !wanted);
    cursor_shown = wanted;
  }
  if (wanted) wmove(stdscr, row < LINES ? row : LINES - 1, column < COLS ? column : COLS - 1);
  wnoutrefresh(stdscr);
  doupdate();
}

void crm_forget_screen(void) {
  cursor_shown = -1;
  clearok(stdscr, TRUE);
}

void crm_resize(int columns, int rows) { resizeterm(rows, columns); }

void crm_screen_size(int *columns, int *rows) {
  *columns = COLS;
  *rows = LINES;
}

bool crm_window_size(int *columns, int *rows) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return true;
}

void crm_ring(void) { crm_write("\a", 1); }

void crm_write(const char *bytes, long count) {
  while (count > 0) {
    ssize_t written = write(STDOUT_FILENO, bytes, (size_t)count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes += written;
    count -= written;
  }
}

/* MARK: Leaving and coming back */

void crm_set_reports(bool mouse) {
  if (mouse == wants_mouse) return;
  wants_mouse = mouse;
  if (is_taken) write_literal(mouse ? MOUSE_ON : MOUSE_OFF);
}

void crm_leave(void) {
  if (!is_taken) return;
  write_literal(REPORTS_OFF);
  endwin();
  is_taken = 0;
  tcsetattr(STDIN_FILENO, TCSADRAIN, &found_modes);
}

void crm_enter(void) {
  if (screen == NULL) return;
  if (!is_taken) tcgetattr(STDIN_FILENO, &found_modes);
  is_taken = 1;
  reset_prog_mode();
  crm_forget_screen();
  write_literal(REPORTS_ON);
  if (wants_mouse) write_literal(MOUSE_ON);
}

void crm_close(void) {
  crm_leave();
  if (screen != NULL) delscreen(screen);
  screen = NULL;
  wants_mouse = false;
  cursor_shown = -1;
}

/* MARK: Signals */

static int pipe_ends[2] = {-1, -1};
static const int watched[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT};
static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
enum { watched_count = sizeof watched / sizeof *watched, crashes_count = sizeof crashes / sizeof *crashes };
static struct sigaction watched_before[watched_count], crash_before[crashes_count];

static void tell(int signal) {
  int saved = errno;
  unsigned char byte = (unsigned char)signal;
  ssize_t ignored = write(pipe_ends[1], &byte, 1);
  (void)ignored;
  errno = saved;
}

/* Async-signal-safe: only write, tcsetattr, sigaction and raise. */
static void crash(int signal) {
  if (is_taken) {
    is_taken = 0;
    ssize_t ignored = write(STDOUT_FILENO, restoring, restoring_length);
    (void)ignored;
    tcsetattr(STDIN_FILENO, TCSANOW, &found_modes);
  }
  for (int i = 0; i < crashes_count; i++)
    if (crashes[i] == signal) sigaction(signal, &crash_before[i], NULL);
  raise(signal); /* blocked until the handler returns, and then with the handler that was there before */
}

static void guard_against_crashes(void) {
  static char stack[64 * 1024];
  stack_t apart = {.ss_sp = stack, .ss_size = sizeof stack};
  stack_t present;
  if (sigaltstack(NULL, &present) == 0 && (present.ss_flags & SS_DISABLE)) sigaltstack(&apart, NULL);
  /* Swift's own crash handler asks questions on the terminal; it is called only where somebody asked for it. */
  bool wants_backtrace = getenv("SWIFT_BACKTRACE") != NULL;
  for (int i = 0; i < crashes_count; i++) {
    struct sigaction action = {.sa_handler = crash, .sa_flags = SA_ONSTACK};
    sigaction(crashes[i], &action, &crash_before[i]);
    if (!wants_backtrace) crash_before[i] = (struct sigaction){.sa_handler = SIG_DFL};
  }
}

static void watch(int index) {
  struct sigaction action = {.sa_handler = tell, .sa_flags = SA_RESTART};
  sigaction(watched[index], NULL, &watched_before[index]);
  /* nohup, and shells without job control, ask for a signal to be ignored. */
  bool stays_ignored = watched_before[index].sa_handler == SIG_IGN && watched[index] != SIGWINCH;
  if (!stays_ignored) sigaction(watched[index], &action, NULL);
}

int crm_watch_signals(void) {
  if (pipe_ends[0] < 0 && pipe2(pipe_ends, O_NONBLOCK | O_CLOEXEC) != 0) return -1;
  for (int i = 0; i < watched_count; i++) watch(i);
  guard_against_crashes();
  return pipe_ends[0];
}

void crm_unwatch_signals(void) {
  for (int i = 0; i < watched_count; i++) sigaction(watched[i], &watched_before[i], NULL);
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int i = 0; i < crashes_count; i++) sigaction(crashes[i], &standard, NULL);
}

void crm_let_stop(bool yes) {
  struct sigaction action = {.sa_handler = yes ? SIG_DFL : tell, .sa_flags = SA_RESTART};
  struct sigaction present;
  if (sigaction(SIGTSTP, NULL, &present) == 0 && present.sa_handler != SIG_IGN) sigaction(SIGTSTP, &action, NULL);
}

void crm_stop(void) {
  crm_let_stop(true);
  kill(0, SIGTSTP);
  crm_let_stop(false);
}

void crm_return_large_blocks(int bytes) { mallopt(M_MMAP_THRESHOLD, bytes); }
