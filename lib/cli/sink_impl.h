/* What the parts of the sink share: reading (sink.c), batches (sink_batch.c),
 * records (sink_apply.c), references (sink_refs.c). */
#ifndef CRM_SINK_IMPL_H
#define CRM_SINK_IMPL_H

#include "cli/sink.h"

/* Of a batch; how long input may keep it waiting. */
enum { CRM_BATCH = 50000, CRM_BATCH_BYTES = 32 << 20, CRM_IDLE_MS = 100 };

/* How many items the batch takes whose reading begins. It depends on the store
 * as it was two batches before, for with `ahead` the one before is yet to be
 * stored. */
size_t crm_sink_most(struct crm_sink *s, bool ahead);
/* Opens the transaction. */
enum crm_status crm_sink_txn(struct crm_sink *s, struct crm_str source,
    bool last, struct crm_err *err) CRM_MUST;
/* Applies gathered items; the transaction is open. */
enum crm_status crm_sink_apply_items(struct crm_sink *s, size_t from,
    size_t to, struct crm_err *err) CRM_MUST;
/* Applies and commits what was gathered, reports rejects, forgets it. */
void crm_sink_flush(struct crm_sink *s, bool last);
/* Ends the one transaction of --atomic: stored whole, or not at all. */
void crm_sink_end_one(struct crm_sink *s, enum crm_status st,
    struct crm_err *err);
void crm_sink_forget(struct crm_sink *s);
void crm_sink_fail(struct crm_sink *s, const struct crm_err *err);
/* References by key in r's fields become ids, old ids of merged records those
 * of their survivors: what is to be changed goes into c. One by a mere name that meets no one record leaves what `old` (may be
 * NULL) has. */
enum crm_status crm_sink_refs(struct crm_sink *s, const struct crm_rec *r,
    const struct crm_rec *old, struct crm_change_set *c, struct crm_err *err)
    CRM_MUST;
/* INVALID ("sink.kept") where a field that is written once would change. */
enum crm_status crm_sink_once(const struct crm_rec *old,
    const struct crm_rec *new, struct crm_err *err) CRM_MUST;
/* Does the record name one by a key? */
bool crm_sink_names(struct crm_fieldmap *map, const struct crm_rec *r);
/* A line that was read, its `_` members apart, may hold references by a mere
 * name. */
void crm_sink_names_want(struct crm_sink *s, struct crm_str line,
    struct crm_str tool);
/* Before a transaction: reads the store's names where some are wanted. */
enum crm_status crm_sink_names_load(struct crm_sink *s, struct crm_err *err)
    CRM_MUST;
/* A record was stored under the number no. */
void crm_sink_names_add(struct crm_sink *s, const struct crm_rec *r,
    uint64_t no);
/* The id of the one record of the types with exactly this name; nothing where
 * there are none or several. */
enum crm_status crm_sink_by_name(struct crm_sink *s, struct crm_str name,
    const struct crm_type *const *types, size_t n, struct crm_buf *id,
    struct crm_err *err) CRM_MUST;
/* Where that record may still come in the load: the field's text is kept, with
 * the id of the record that was stored without it, until the load is over and
 * it is filled in. `one`: inside of the open transaction. */
void crm_sink_names_later(struct crm_sink *s, struct crm_str key,
    struct crm_str raw);
enum crm_status crm_sink_names_keep(struct crm_sink *s, struct crm_str id,
    struct crm_err *err) CRM_MUST;
enum crm_status crm_sink_names_fill(struct crm_sink *s, bool one,
    struct crm_err *err) CRM_MUST;
/* Commits the open transaction, or drops it where st says so. */
void crm_sink_close(struct crm_sink *s, enum crm_status st,
    struct crm_err *err);
/* Says what met no one record. */
void crm_sink_names_end(struct crm_sink *s);
/* Some id that r points to is not in the store yet: remember them all. */
void crm_sink_watch(struct crm_sink *s, const struct crm_item *item,
    const struct crm_rec *r);
/* Reports those whose records never came: exit 3, the records stay. */
void crm_sink_open_refs(struct crm_sink *s);

/* An item is begun: nothing of an earlier one is left. */
void crm_sink_item_clear(struct crm_item *it);
/* Takes over what was read: its line lies in mem already, the rest is copied
 * there. */
void crm_sink_item_set(struct crm_item *it, const struct crm_record *r,
    struct crm_str line, struct crm_arena *mem);
/* The line could not be read. */
void crm_sink_item_bad(struct crm_item *it, struct crm_str line,
    const struct crm_err *err, struct crm_arena *mem);
/* What follows from a line that was read (or not: it->wrong) into an item:
 * source, number, what --reject and references need. `before` is the item
 * before it in the batch, or NULL. */
void crm_sink_settle(struct crm_sink *s, struct crm_item *it,
    const struct crm_item *before, struct crm_str line, struct crm_str source,
    uint64_t number);
/* Is the line a reference, not a record? */
bool crm_sink_is_ref(const struct crm_sink *s, struct crm_str line);
/* Nothing to add to records of this shape: they bring their id and stamps and
 * have no history to keep. */
bool crm_sink_is_complete(const struct crm_rec *r);
/* Reads the rest of the input, a batch ahead of the one being stored, with
 * threads; what was gathered so far is the beginning of the first, of at most
 * `max`. */
void crm_sink_read_ahead(struct crm_sink *s, struct crm_input *in, size_t max);
/* At the run's end: the shapes of stored records are its. NULL is fine. */
void crm_sink_ahead_free(struct crm_ahead *a);

/* Keeps an item whose reference found nothing yet for the end of the load. */
enum crm_status crm_sink_late_keep(struct crm_sink *s,
    const struct crm_item *item, struct crm_err *err) CRM_MUST;
/* The next one kept; NOTFOUND at the end. Borrowed until the next call. */
enum crm_status crm_sink_late_next(struct crm_spool *from,
    struct crm_str *line, struct crm_str *source, uint64_t *number,
    struct crm_str *text, struct crm_err *err) CRM_MUST;

#endif
