/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "scene/theme.h"

typedef struct
{
  double v[3];
} Triple;

static double
linear (double channel)
{
  return channel <= 0.04045 ? channel / 12.92
                            : pow ((channel + 0.055) / 1.055, 2.4);
}

static Triple
linear_rgb (QuoColor color)
{
  return (Triple) { { linear (color.red), linear (color.green),
                     linear (color.blue) } };
}

/* WCAG 2.1 */
static double
contrast (QuoColor one,
          QuoColor other)
{
  Triple a = linear_rgb (one), b = linear_rgb (other);
  double la = 0.2126 * a.v[0] + 0.7152 * a.v[1] + 0.0722 * a.v[2];
  double lb = 0.2126 * b.v[0] + 0.7152 * b.v[1] + 0.0722 * b.v[2];
  return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}

/* Machado, Oliveira and Fernandes 2009, severity 1, on linear light */
static const double eyes[4][3][3] = {
  { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
  { { 0.152286, 1.052583, -0.204868 }, { 0.114503, 0.786281, 0.099216 },
    { -0.003882, -0.048116, 1.051998 } },
  { { 0.367322, 0.860646, -0.227968 }, { 0.280085, 0.672501, 0.047413 },
    { -0.011820, 0.042940, 0.968881 } },
  { { 1.255528, -0.076749, -0.178779 }, { -0.078411, 0.930809, 0.147602 },
    { 0.004733, 0.691367, 0.303900 } },
};

static double
lab_curve (double t)
{
  return t > 216.0 / 24389 ? cbrt (t) : (24389.0 / 27 * t + 16) / 116;
}

static Triple
lab_seen_by (QuoColor color,
             guint    eye)
{
  Triple in = linear_rgb (color), seen;
  for (guint i = 0; i < 3; i++)
    {
      double sum = 0;
      for (guint k = 0; k < 3; k++)
        sum += eyes[eye][i][k] * in.v[k];
      seen.v[i] = CLAMP (sum, 0, 1);
    }
  const double *c = seen.v;
  double x
    = lab_curve ((0.4124 * c[0] + 0.3576 * c[1] + 0.1805 * c[2]) / 0.9505);
  double y = lab_curve (0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]);
  double z
    = lab_curve ((0.0193 * c[0] + 0.1192 * c[1] + 0.9505 * c[2]) / 1.0890);
  return (Triple) { { 116 * y - 16, 500 * (x - y), 200 * (y - z) } };
}

static void
test_text_contrast (void)
{
  for (guint kind = 0; kind < QUO_N_THEMES; kind++)
    {
      const QuoTheme *theme = quo_theme_get (kind);
      double least = kind >= QUO_THEME_HIGH_CONTRAST ? 7 : 4.5;
      for (guint style = 0; style < QUO_N_STYLES; style++)
        for (guint tint = 0; tint <= QUO_N_TINTS; tint++)
          {
            if (style == QUO_STYLE_VEIL && tint == 0)
              continue;
            QuoColor text = quo_theme_get_text (theme, style, tint);
            QuoColor behind[] = {
              quo_theme_get_rule (theme, QUO_STYLE_BACKGROUND)->wash,
              quo_theme_get_rule (theme, QUO_STYLE_PANEL)->wash,
              quo_theme_get_rule (theme, QUO_STYLE_HEAD)->wash,
              quo_theme_get_soft (theme, style, tint),
            };
            /* Texts of grey styles do not stand on a soft wash of that grey. */
            guint n = tint == 0 ? 3 : 4;
            for (guint i = 0; i < n; i++)
              g_assert_cmpfloat (contrast (text, behind[i]), >=, least);
          }
    }
}

static void
test_tint_contrast (void)
{
  for (guint kind = 0; kind < QUO_N_THEMES; kind++)
    {
      const QuoTheme *theme = quo_theme_get (kind);
      QuoColor background
        = quo_theme_get_rule (theme, QUO_STYLE_BACKGROUND)->wash;
      QuoColor surface = quo_theme_get_rule (theme, QUO_STYLE_PANEL)->wash;
      for (guint tint = 1; tint <= QUO_N_TINTS; tint++)
        {
          QuoColor color = quo_theme_get_tint (theme, tint);
          g_assert_cmpfloat (contrast (color, background), >=, 3);
          g_assert_cmpfloat (contrast (color, surface), >=, 3);
          g_assert_cmpfloat_with_epsilon (contrast (color, background),
                                          quo_color_get_contrast (color,
                                                                  background),
                                          1e-6);
        }
      const QuoStyle signs[]
        = { QUO_STYLE_GOOD, QUO_STYLE_BAD,      QUO_STYLE_WARN,
            QUO_STYLE_INFO, QUO_STYLE_ACCENT,   QUO_STYLE_MESSAGE,
            QUO_STYLE_NODE, QUO_STYLE_SELECTION };
      for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
        g_assert_cmpfloat (contrast (quo_theme_get_ink (theme, signs[i], 0),
                                     background),
                           >=, 3);
    }
}

static void
test_tints_differ (void)
{
  for (guint kind = 0; kind < QUO_N_THEMES; kind++)
    {
      double nearest = G_MAXDOUBLE;
      for (guint eye = 0; eye < G_N_ELEMENTS (eyes); eye++)
        for (guint a = 1; a < QUO_N_TINTS; a++)
          for (guint b = a + 1; b <= QUO_N_TINTS; b++)
            {
              const QuoTheme *theme = quo_theme_get (kind);
              Triple one = lab_seen_by (quo_theme_get_tint (theme, a), eye);
              Triple other = lab_seen_by (quo_theme_get_tint (theme, b), eye);
              double sum = 0;
              for (guint i = 0; i < 3; i++)
                sum += (one.v[i] - other.v[i]) * (one.v[i] - other.v[i]);
              nearest = MIN (nearest, sqrt (sum));
            }
      g_test_message ("%s: nearest pair %.1f", quo_theme_kind_to_name (kind),
                      nearest);
      /* About seven times what side by side is just noticed. */
      g_assert_cmpfloat (nearest, >=, 16);
    }
}

static void
test_names (void)
{
  const char *names[]
    = { "light", "dark", "high-contrast", "high-contrast-dark" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      QuoThemeKind kind;
      g_assert_true (quo_theme_kind_by_name (names[i], &kind));
      g_assert_cmpstr (quo_theme_kind_to_name (kind), ==, names[i]);
      g_assert_cmpuint (quo_theme_get_kind (quo_theme_get (kind)), ==, kind);
      g_assert_cmpint (quo_theme_is_dark (quo_theme_get (kind)), ==,
                       g_str_has_suffix (names[i], "dark"));
    }
  QuoThemeKind untouched = QUO_THEME_DARK;
  g_assert_false (quo_theme_kind_by_name ("Light", &untouched));
  g_assert_cmpuint (untouched, ==, QUO_THEME_DARK);
}

static void
test_styles_named (void)
{
  for (guint i = 0; i < QUO_N_STYLES; i++)
    {
      const char *name = quo_style_get_name (i);
      g_assert_nonnull (name);
      for (guint k = 0; k < i; k++)
        g_assert_cmpstr (name, !=, quo_style_get_name (k));
      g_assert_cmpfloat (quo_theme_get_rule (quo_theme_get (0), i)->width, >,
                         0);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/scene/theme/texts-can-be-read", test_text_contrast);
  g_test_add_func ("/ui/scene/theme/tints-stand-out", test_tint_contrast);
  g_test_add_func ("/ui/scene/theme/tints-differ-for-all-eyes",
                   test_tints_differ);
  g_test_add_func ("/ui/scene/theme/names-lead-back", test_names);
  g_test_add_func ("/ui/scene/theme/every-style-has-name-and-rule",
                   test_styles_named);
  return g_test_run ();
}
