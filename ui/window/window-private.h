/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "window/window.h"

G_BEGIN_DECLS

struct _QuoWindow
{
  GtkApplicationWindow parent_instance;

  GtkStack *stack;
  QuoStartPage *start_page;
  QuoPage *page;
  GtkInfoBar *banner;
  GtkLabel *banner_label;
  GtkLabel *title_label;
  GtkLabel *subtitle_label;
  GtkWidget *back_button;
  GtkWidget *undo_button;
  GtkWidget *redo_button;
  GtkWidget *export_button;
  GMenuModel *recent_menu;

  QuoSettings *settings;
  QuoAppearance *appearance;
  QuoDocument *document;
  QuoPlayer *player;

  gboolean is_template;   /* the file is the gallery's: Save asks for another */
  gboolean is_fresh;      /* the next run is the first of its file */
  gboolean may_close;     /* a person said that changes may be lost */
  GtkNativeDialog *chooser; /* while one is open */
};

void     quo_window_add_actions    (QuoWindow *self);
void     quo_window_add_file_actions (QuoWindow *self);
void     quo_window_update_actions (QuoWindow *self);
void     quo_window_ask_close      (QuoWindow *self);
void     quo_window_fill_recent    (QuoWindow *self);
gboolean quo_window_take_drop      (QuoWindow *self,
                                    GFile     *file);

G_END_DECLS
