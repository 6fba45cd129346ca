/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/transport.h"

#include "widget/clock-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* A scale's value this close to a round speed takes it, in powers of ten. */
#define SPEED_SNAP 0.04
/* Slower than this the time is told to the microsecond. */
#define FINE_BELOW 0.009

struct _QuoTransport
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkButton *play_button;
  GtkLabel *time_label;
  GtkLabel *event_label;
  QuoScrubber *scrubber;
  GtkLabel *speed_label;
  GtkScale *speed_scale;
  GtkAdjustment *speed_adjustment;

  QuoDocument *document;
  QuoPlayer *player;
};

G_DEFINE_FINAL_TYPE (QuoTransport, quo_transport, GTK_TYPE_WIDGET)

static void
on_time (QuoTransport *self)
{
  QuoRun *run = quo_document_run (self->document);
  QuoTime time = quo_document_time (self->document);
  g_autofree char *time_text
    = quo_clock_text_fixed (time, quo_document_end (self->document),
                            quo_player_speed (self->player) < FINE_BELOW);
  g_autofree char *event_text = NULL;

  gtk_label_set_text (self->time_label, time_text);
  if (run == NULL)
    {
      gtk_label_set_text (self->event_label, "");
      return;
    }
  /* TRANSLATORS: how many events have happened at the time shown, of all */
  event_text = g_strdup_printf (_ ("event %'u of %'u"),
                                quo_trace_find (quo_run_trace (run), time),
                                quo_trace_length (quo_run_trace (run)));
  gtk_label_set_text (self->event_label, event_text);
}

static void
on_playing (QuoTransport *self)
{
  gboolean is_playing = quo_player_is_playing (self->player);

  gtk_button_set_icon_name (self->play_button,
                            is_playing ? "media-playback-pause-symbolic"
                                       : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->play_button),
                               is_playing ? _ ("Pause (Space)")
                                          : _ ("Play (Space)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->play_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_playing ? _ ("Pause") : _ ("Play"), -1);
}

/* "1/10 ×" reads better than "0.1 ×". */
static char *
format_speed (double speed)
{
  if (speed >= 0.995)
    return g_strdup_printf (_ ("speed %.3g ×"), speed);
  if (speed >= 0.0995)
    return g_strdup_printf (_ ("speed 1/%.2g ×"), 1 / speed);
  return g_strdup_printf (_ ("speed 1/%.0f ×"), 1 / speed);
}

static void
on_speed (QuoTransport *self)
{
  double speed = quo_player_speed (self->player);
  g_autofree char *text = format_speed (speed);

  gtk_label_set_text (self->speed_label, text);
  on_time (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->speed_scale),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
  if (fabs (gtk_adjustment_get_value (self->speed_adjustment) - log10 (speed))
      > SPEED_SNAP)
    gtk_adjustment_set_value (self->speed_adjustment, log10 (speed));
}

static void
on_speed_moved (QuoTransport *self)
{
  double power = gtk_adjustment_get_value (self->speed_adjustment);

  if (self->player == NULL)
    return;
  if (fabs (power - round (power)) < SPEED_SNAP)
    power = round (power);
  quo_player_set_speed (self->player, pow (10, power));
}

static void
quo_transport_dispose (GObject *object)
{
  QuoTransport *self = QUO_TRANSPORT (object);

  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  if (self->player != NULL)
    g_signal_handlers_disconnect_by_data (self->player, self);
  g_clear_object (&self->document);
  g_clear_object (&self->player);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (quo_transport_parent_class)->dispose (object);
}

static void
quo_transport_class_init (QuoTransportClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quo_transport_dispose;
  g_type_ensure (QUO_TYPE_SCRUBBER);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/quorate/Quorate/transport.ui");
  gtk_widget_class_bind_template_child (widget_class, QuoTransport, box);
  gtk_widget_class_bind_template_child (widget_class, QuoTransport,
                                        play_button);
  gtk_widget_class_bind_template_child (widget_class, QuoTransport, time_label);
  gtk_widget_class_bind_template_child (widget_class, QuoTransport,
                                        event_label);
  gtk_widget_class_bind_template_child (widget_class, QuoTransport, scrubber);
  gtk_widget_class_bind_template_child (widget_class, QuoTransport,
                                        speed_label);
  gtk_widget_class_bind_template_child (widget_class, QuoTransport,
                                        speed_scale);
  gtk_widget_class_bind_template_child (widget_class, QuoTransport,
                                        speed_adjustment);
  gtk_widget_class_set_css_name (widget_class, "transport");
}

static void
quo_transport_init (QuoTransport *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (int power = -3; power <= 2; power++)
    gtk_scale_add_mark (self->speed_scale, power, GTK_POS_BOTTOM, NULL);
  g_signal_connect_swapped (self->speed_adjustment, "value-changed",
                            G_CALLBACK (on_speed_moved), self);
}

/**
 * quo_transport_new:
 *
 * Returns: (transfer floating): a bar of no document
 */
GtkWidget *
quo_transport_new (void)
{
  return g_object_new (QUO_TYPE_TRANSPORT, NULL);
}

/**
 * quo_transport_set_document:
 * @document: whose time is shown
 * @player: what plays it
 *
 * To be called once.
 */
void
quo_transport_set_document (QuoTransport *self,
                            QuoDocument *document,
                            QuoPlayer *player)
{
  g_return_if_fail (QUO_IS_TRANSPORT (self));
  g_return_if_fail (self->document == NULL);

  self->document = g_object_ref (document);
  self->player = g_object_ref (player);
  quo_scrubber_set_document (self->scrubber, document);
  g_signal_connect_swapped (document, "notify::time", G_CALLBACK (on_time),
                            self);
  g_signal_connect_swapped (document, "notify::run", G_CALLBACK (on_time),
                            self);
  g_signal_connect_swapped (document, "run-extended", G_CALLBACK (on_time),
                            self);
  g_signal_connect_swapped (player, "notify::is-playing",
                            G_CALLBACK (on_playing), self);
  g_signal_connect_swapped (player, "notify::speed", G_CALLBACK (on_speed),
                            self);
  on_time (self);
  on_speed (self);
}

/**
 * quo_transport_set_theme:
 * @theme: what to paint with
 */
void
quo_transport_set_theme (QuoTransport *self, QuoThemeKind theme)
{
  g_return_if_fail (QUO_IS_TRANSPORT (self));
  quo_scrubber_set_theme (self->scrubber, theme);
}

/**
 * quo_transport_scrubber:
 *
 * Returns: (transfer none): the time line
 */
QuoScrubber *
quo_transport_scrubber (QuoTransport *self)
{
  g_return_val_if_fail (QUO_IS_TRANSPORT (self), NULL);
  return self->scrubber;
}
