#include "job.h"

#include "forget/epoch.h"
#include "inside.h"

void job_enter(struct job *job)
{
    job->under_way = true;
    job->entered = keys_enter(job->visit->gate);
}

void job_leave(struct job *job)
{
    if (job->under_way)
        keys_leave(job->visit->gate, job->entered);
    job->under_way = false;
}
