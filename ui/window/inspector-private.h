/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "window/inspector.h"

G_BEGIN_DECLS

struct _QuoInspector
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkLabel *title;
  GtkLabel *when;
  GtkLabel *hint;
  GtkBox *lines;
  GtkWidget *actions_box;
  GtkWidget *actions;

  QuoDocument *document;
  QuoThemeKind theme;
  GtkWidget *cursor;     /* the line that comes next, of those made earlier */
  char *actions_key;     /* what the buttons were made for */
  guint update_source;
  gint64 updated_us;
};

/* Lines from top to bottom. Each call takes the next one that is there when it is
 * of the right kind, so that a frame makes no widgets. */
void quo_inspector_begin   (QuoInspector *self);
void quo_inspector_field   (QuoInspector *self,
                            const char   *name,
                            const char   *value,
                            const char   *hint,
                            const char   *css_class);
void quo_inspector_heading (QuoInspector *self,
                            const char   *text);
void quo_inspector_text    (QuoInspector *self,
                            const char   *text,
                            const char   *css_class);
void quo_inspector_link    (QuoInspector *self,
                            const char   *text,
                            guint32       event);
void quo_inspector_log     (QuoInspector *self,
                            QuoReplay    *replay,
                            guint         node,
                            guint         field);
void quo_inspector_end     (QuoInspector *self);

void quo_inspector_fill    (QuoInspector *self);

G_END_DECLS
