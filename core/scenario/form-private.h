/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scenario/form.h"

G_BEGIN_DECLS

extern const QuoForm quo_form_text;
extern const QuoForm quo_form_name;
extern const QuoForm quo_form_names;
extern const QuoForm quo_form_bool;
extern const QuoForm quo_form_fraction;
extern const QuoForm quo_form_count;
extern const QuoForm quo_form_ordinal;
extern const QuoForm quo_form_time;
extern const QuoForm quo_form_duration;
extern const QuoForm quo_form_offset;
extern const QuoForm quo_form_rate;
extern const QuoForm quo_form_value;
extern const QuoForm quo_form_position;
extern const QuoForm quo_form_distribution;

extern const QuoForm quo_form_clients;
extern const QuoForm quo_form_script;
extern const QuoForm quo_form_chaos;
extern const QuoForm quo_form_story;
extern const QuoForm quo_form_expect;

G_END_DECLS
