/* A cell of a foreign file to a JSON value and back, as its column says. Both
 * directions are pure: the same text and options give the same value, which is
 * how an export tells whether a kept cell still says what the record says. */
#ifndef CRM_CONVERT_H
#define CRM_CONVERT_H

#include "model/profile.h"

struct crm_convert {
	const struct crm_profile *profile;
	struct crm_profile_opts opts;
	const struct crm_schema *schema;
};

/* Appends the JSON value of a cell (for lists the elements, comma-separated).
 * NOTFOUND (nothing appended): an empty cell, or one without a value of ours
 * (an unknown word where the schema lists the words). INVALID: "convert.date", "convert.money",
 * "convert.number". currency[4] gets the code that a sum came with, else "". */
enum crm_status crm_convert_read(const struct crm_convert *c,
    const struct crm_column *col, const struct crm_field *field,
    struct crm_str cell, char currency[4], struct crm_buf *out,
    struct crm_err *err) CRM_MUST;
/* Is the word one of theirs, also with its pipeline behind it ("Won (Sales)")? */
bool crm_enum_has(const struct crm_enum *e, struct crm_str word);
/* Appends the text of a value (for lists: of one element, or of all with the
 * column's separator where it takes them all). style is what crm_convert_style
 * found, or empty. Nothing for a value the column cannot say. */
void crm_convert_write(const struct crm_convert *c,
    const struct crm_column *col, struct crm_str val, struct crm_str style,
    struct crm_buf *out);
/* Appends an id as the column's style writes it: 15 characters, or with zeros
 * in front. */
void crm_convert_id(struct crm_str id, struct crm_str style,
    struct crm_buf *out);
/* How this cell is written, where that is a matter of taste: the pattern of a
 * date, the words of a truth value. Empty where there is no choice. */
void crm_convert_style(const struct crm_convert *c,
    const struct crm_column *col, struct crm_str cell, struct crm_buf *out);

/* Dates and times as files write them: an instant from a date in one of the
 * orders ("ymd,mdy") and a time of day with AM/PM, zone or offset, or from
 * either alone. day: only the date was there. */
bool crm_stamp_parse(struct crm_str s, struct crm_str orders,
    const struct crm_zone *zone, int64_t *t, bool *day);
/* Does the word name a zone that may stand behind a time: "UTC", "GMT+01:00",
 * "CEST", "Europe/Berlin"? */
bool crm_stamp_is_zone(struct crm_str word);
/* The pattern that would write s again: "%Y-%m-%d %H:%M". */
void crm_stamp_style(struct crm_buf *b, struct crm_str s,
    struct crm_str orders);
void crm_stamp_write(struct crm_buf *b, int64_t t,
    const struct crm_zone *zone, struct crm_str style);
/* Salesforce's case-safe form: 15 characters become 18; others stay. */
void crm_sfid_long(struct crm_buf *b, struct crm_str id);


/* For the converter's own files. A word by the column's table; one that nobody
 * has told us of stands as it is where the field takes any text: a company's
 * own stages and sources. */
enum crm_status crm_convert_enum(const struct crm_column *col,
    const struct crm_field *field, struct crm_str cell, struct crm_buf *out)
    CRM_MUST;
/* "Won" in a plain table is the stage or word of ours that is spelt so but for
 * the case; false for any other text. */
bool crm_convert_word(const struct crm_convert *c,
    const struct crm_column *col, const struct crm_field *field,
    struct crm_str s, struct crm_buf *out);

#endif
