/* What the files of the trainer share. */
#ifndef CRM_MODEL_IMPL_H
#define CRM_MODEL_IMPL_H

#include "score/model.h"

struct crm_trainer {
	struct crm_dataset *d;
	struct crm_model *m;
	uint32_t *feature_of;	/* field -> feature + 1 */
	uint64_t least;		/* rows that a level must have */
	bool trust;
};

/* Chooses the features of t->m among the fields of t->d, lays out their
 * columns and notes what the leakage guard refuses. */
void crm_trainer_choose(struct crm_trainer *t);

#endif
