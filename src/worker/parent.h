/* Inside the worker: what worker.c and pages.c share. */
#ifndef PARAPH_WORKER_PARENT_H
#define PARAPH_WORKER_PARENT_H

#include <semaphore.h>

#include "worker/int.h"

struct Worker {
    Str program;
    WorkerLimits limits;
    sem_t turns;
};

/* Waits for a turn, which is given back when a ends; PX_ERR_BUSY after a minute. */
bool turn_take(Worker *w, Arena *a, PxErr *err) __attribute__((warn_unused_result));

#endif
