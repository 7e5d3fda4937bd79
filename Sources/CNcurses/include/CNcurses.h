#pragma once
#include <stdbool.h>
#include <stdint.h>

/* What TerminalKit needs of ncurses and of signals. Swift 6 cannot name C globals such as stdscr, and code that runs in a
   signal handler must not be Swift; both live behind these functions. One terminal per process, one thread. */

/* One column. `text` is a base and up to four combining marks, ended by 0 if shorter. `width` is 1, 2, or 0 for the right
   half of the wide cell before it. */
typedef struct {
  uint32_t text[5];
  uint32_t attributes;
  int32_t pair;
  int32_t width;
} crm_cell;

enum { crm_bold = 1, crm_dim = 2, crm_italic = 4, crm_underline = 8, crm_reverse = 16 };

/* Screen */
void crm_use_locale(void);
typedef enum { crm_opened, crm_unknown, crm_cannot_place_cursor } crm_opening;
/* Opens standard output and input as the terminal of this name in terminfo. */
crm_opening crm_open(const char *name);
int crm_colors(void);
bool crm_has_direct_color(void);
/* A pair of colours, -1 being the terminal's own; 0 where no more pairs are to be had. */
int crm_pair(int foreground, int background);
/* Replaces a whole row. Anything that could act on the terminal is drawn as U+FFFD. */
void crm_put_row(int row, const crm_cell *cells, int count);
/* Sends what changed. A negative column hides the cursor. */
void crm_show(int column, int row);
void crm_forget_screen(void);
void crm_resize(int columns, int rows);
void crm_screen_size(int *columns, int *rows);
/* The size the kernel knows; false where it is not known or zero. */
bool crm_window_size(int *columns, int *rows);
void crm_ring(void);
/* Writes to standard output past ncurses, after what it has sent. */
void crm_write(const char *bytes, long count);
/* Mouse, paste and focus reports. */
void crm_set_reports(bool mouse);
/* Puts the terminal back as it was found, and takes it again. Either may be called twice. */
void crm_leave(void);
void crm_enter(void);
void crm_close(void);

/* Signals */
/* Returns the descriptor that is readable when a signal has come; its bytes are signal numbers. -1 on failure. */
int crm_watch_signals(void);
void crm_unwatch_signals(void);
/* Stops the process group as ^Z does; returns when it is continued. */
void crm_stop(void);
/* While another program has the screen, ^Z must stop us with it. */
void crm_let_stop(bool yes);

// Blocks of memory of so many bytes and more go back to the system as soon as they are free.
void crm_return_large_blocks(int bytes);
