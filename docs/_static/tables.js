// Written by docs/generate.py from the tables of the package.
const TABLES = {
 "statuses": [
  "added",
  "scheduling",
  "scheduled",
  "inProgress",
  "succeeded",
  "failed",
  "unknownFutureValue"
 ],
 "cases": [
  {
   "status": "draft",
   "rule": "A1",
   "deciding": []
  },
  {
   "status": "draft",
   "rule": "A1",
   "deciding": [
    "added"
   ]
  },
  {
   "status": "activating",
   "rule": "A2",
   "deciding": [
    "scheduling"
   ]
  },
  {
   "status": "activating",
   "rule": "A8",
   "deciding": [
    "added",
    "scheduling"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "completed",
   "rule": "A5",
   "deciding": [
    "succeeded"
   ]
  },
  {
   "status": "active",
   "rule": "A7",
   "deciding": [
    "added",
    "succeeded"
   ]
  },
  {
   "status": "active",
   "rule": "A7",
   "deciding": [
    "scheduling",
    "succeeded"
   ]
  },
  {
   "status": "active",
   "rule": "A7",
   "deciding": [
    "added",
    "scheduling",
    "succeeded"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "failed",
   "rule": "A6",
   "deciding": [
    "failed"
   ]
  },
  {
   "status": "active",
   "rule": "A7",
   "deciding": [
    "added",
    "failed"
   ]
  },
  {
   "status": "active",
   "rule": "A7",
   "deciding": [
    "scheduling",
    "failed"
   ]
  },
  {
   "status": "active",
   "rule": "A7",
   "deciding": [
    "added",
    "scheduling",
    "failed"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "completedWithError",
   "rule": "A4",
   "deciding": [
    "succeeded",
    "failed"
   ]
  },
  {
   "status": "active",
   "rule": "A7",
   "deciding": [
    "added",
    "succeeded",
    "failed"
   ]
  },
  {
   "status": "active",
   "rule": "A7",
   "deciding": [
    "scheduling",
    "succeeded",
    "failed"
   ]
  },
  {
   "status": "active",
   "rule": "A7",
   "deciding": [
    "added",
    "scheduling",
    "succeeded",
    "failed"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A3",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "unknownFutureValue",
   "rule": "A10",
   "deciding": [
    "unknownFutureValue"
   ]
  },
  {
   "status": "unknownFutureValue",
   "rule": "A10",
   "deciding": [
    "added",
    "unknownFutureValue"
   ]
  },
  {
   "status": "unknownFutureValue",
   "rule": "A10",
   "deciding": [
    "scheduling",
    "unknownFutureValue"
   ]
  },
  {
   "status": "unknownFutureValue",
   "rule": "A10",
   "deciding": [
    "added",
    "scheduling",
    "unknownFutureValue"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "unknownFutureValue",
   "rule": "A10",
   "deciding": [
    "succeeded",
    "unknownFutureValue"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "added",
    "succeeded"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduling",
    "succeeded"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "added",
    "scheduling",
    "succeeded"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "unknownFutureValue",
   "rule": "A10",
   "deciding": [
    "failed",
    "unknownFutureValue"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "added",
    "failed"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduling",
    "failed"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "added",
    "scheduling",
    "failed"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "unknownFutureValue",
   "rule": "A10",
   "deciding": [
    "succeeded",
    "failed",
    "unknownFutureValue"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "added",
    "succeeded",
    "failed"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduling",
    "succeeded",
    "failed"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "added",
    "scheduling",
    "succeeded",
    "failed"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  },
  {
   "status": "active",
   "rule": "A9",
   "deciding": [
    "scheduled",
    "inProgress"
   ]
  }
 ],
 "rules": {
  "A1": "every artifact is added, or there is none",
  "A2": "every artifact is scheduling",
  "A3": "an artifact is scheduled or inProgress, and none is unknownFutureValue",
  "A4": "every artifact is terminal, some succeeded and some failed",
  "A5": "every artifact succeeded",
  "A6": "every artifact failed",
  "A7": "some artifacts are terminal, and all others, one or more, are added or scheduling",
  "A8": "some artifacts are added, and all others, one or more, are scheduling",
  "A9": "an artifact is unknownFutureValue, and the answer is the same for all known statuses, one or more, in its place",
  "A10": "an artifact is unknownFutureValue, and the answer depends on the known statuses in its place"
 },
 "artifacts": {
  "added": {
   "status": "added",
   "reports": {
    "driver": {
     "added": {
      "unchanged": true,
      "rule": "L3"
     },
     "scheduling": {
      "to": "scheduling"
     },
     "scheduled": {
      "refused": "the driver can't report scheduled after added; scheduling may follow it",
      "rule": "L2",
      "stale": false
     },
     "inProgress": {
      "refused": "the driver can't report inProgress after added; scheduling may follow it",
      "rule": "L2",
      "stale": false
     },
     "succeeded": {
      "refused": "the driver can't report succeeded after added; scheduling may follow it",
      "rule": "L2",
      "stale": false
     },
     "failed": {
      "refused": "the driver can't report failed after added; scheduling may follow it",
      "rule": "L2",
      "stale": false
     },
     "unknownFutureValue": {
      "refused": "the driver can't report unknownFutureValue after added; scheduling may follow it",
      "rule": "L2",
      "stale": false
     }
    },
    "observer": {
     "added": {
      "unchanged": true,
      "rule": "L3"
     },
     "scheduling": {
      "to": "scheduling"
     },
     "scheduled": {
      "to": "scheduled"
     },
     "inProgress": {
      "to": "inProgress, with a start"
     },
     "succeeded": {
      "to": "succeeded, with a start"
     },
     "failed": {
      "to": "failed"
     },
     "unknownFutureValue": {
      "to": "unknownFutureValue"
     }
    }
   }
  },
  "scheduling": {
   "status": "scheduling",
   "reports": {
    "driver": {
     "added": {
      "refused": "the driver can't report added after scheduling; scheduled or failed may follow it",
      "rule": "L2",
      "stale": true
     },
     "scheduling": {
      "unchanged": true,
      "rule": "L3"
     },
     "scheduled": {
      "to": "scheduled"
     },
     "inProgress": {
      "refused": "the driver can't report inProgress after scheduling; scheduled or failed may follow it",
      "rule": "L2",
      "stale": false
     },
     "succeeded": {
      "refused": "the driver can't report succeeded after scheduling; scheduled or failed may follow it",
      "rule": "L2",
      "stale": false
     },
     "failed": {
      "to": "failed"
     },
     "unknownFutureValue": {
      "refused": "the driver can't report unknownFutureValue after scheduling; scheduled or failed may follow it",
      "rule": "L2",
      "stale": false
     }
    },
    "observer": {
     "added": {
      "refused": "the observer can't report added after scheduling; scheduled or inProgress or succeeded or failed or unknownFutureValue may follow it",
      "rule": "L2",
      "stale": true
     },
     "scheduling": {
      "unchanged": true,
      "rule": "L3"
     },
     "scheduled": {
      "to": "scheduled"
     },
     "inProgress": {
      "to": "inProgress, with a start"
     },
     "succeeded": {
      "to": "succeeded, with a start"
     },
     "failed": {
      "to": "failed"
     },
     "unknownFutureValue": {
      "to": "unknownFutureValue"
     }
    }
   }
  },
  "scheduled": {
   "status": "scheduled",
   "reports": {
    "driver": {
     "added": {
      "refused": "the driver can't report added after scheduled; inProgress or failed may follow it",
      "rule": "L2",
      "stale": true
     },
     "scheduling": {
      "refused": "the driver can't report scheduling after scheduled; inProgress or failed may follow it",
      "rule": "L2",
      "stale": true
     },
     "scheduled": {
      "unchanged": true,
      "rule": "L3"
     },
     "inProgress": {
      "to": "inProgress, with a start"
     },
     "succeeded": {
      "refused": "the driver can't report succeeded after scheduled; inProgress or failed may follow it",
      "rule": "L2",
      "stale": false
     },
     "failed": {
      "to": "failed"
     },
     "unknownFutureValue": {
      "refused": "the driver can't report unknownFutureValue after scheduled; inProgress or failed may follow it",
      "rule": "L2",
      "stale": false
     }
    },
    "observer": {
     "added": {
      "refused": "the observer can't report added after scheduled; inProgress or succeeded or failed or unknownFutureValue may follow it",
      "rule": "L2",
      "stale": true
     },
     "scheduling": {
      "refused": "the observer can't report scheduling after scheduled; inProgress or succeeded or failed or unknownFutureValue may follow it",
      "rule": "L2",
      "stale": true
     },
     "scheduled": {
      "unchanged": true,
      "rule": "L3"
     },
     "inProgress": {
      "to": "inProgress, with a start"
     },
     "succeeded": {
      "to": "succeeded, with a start"
     },
     "failed": {
      "to": "failed"
     },
     "unknownFutureValue": {
      "to": "unknownFutureValue"
     }
    }
   }
  },
  "inProgress, with a start": {
   "status": "inProgress",
   "reports": {
    "driver": {
     "added": {
      "refused": "the driver can't report added after inProgress; succeeded or failed may follow it",
      "rule": "L2",
      "stale": true
     },
     "scheduling": {
      "refused": "the driver can't report scheduling after inProgress; succeeded or failed may follow it",
      "rule": "L2",
      "stale": true
     },
     "scheduled": {
      "refused": "the driver can't report scheduled after inProgress; succeeded or failed may follow it",
      "rule": "L2",
      "stale": true
     },
     "inProgress": {
      "unchanged": true,
      "rule": "L3"
     },
     "succeeded": {
      "to": "succeeded, with a start"
     },
     "failed": {
      "to": "failed, with a start"
     },
     "unknownFutureValue": {
      "refused": "the driver can't report unknownFutureValue after inProgress; succeeded or failed may follow it",
      "rule": "L2",
      "stale": false
     }
    },
    "observer": {
     "added": {
      "refused": "the observer can't report added after inProgress; succeeded or failed or unknownFutureValue may follow it",
      "rule": "L2",
      "stale": true
     },
     "scheduling": {
      "refused": "the observer can't report scheduling after inProgress; succeeded or failed or unknownFutureValue may follow it",
      "rule": "L2",
      "stale": true
     },
     "scheduled": {
      "refused": "the observer can't report scheduled after inProgress; succeeded or failed or unknownFutureValue may follow it",
      "rule": "L2",
      "stale": true
     },
     "inProgress": {
      "unchanged": true,
      "rule": "L3"
     },
     "succeeded": {
      "to": "succeeded, with a start"
     },
     "failed": {
      "to": "failed, with a start"
     },
     "unknownFutureValue": {
      "to": "unknownFutureValue, with a start"
     }
    }
   }
  },
  "succeeded, with a start": {
   "status": "succeeded",
   "reports": {
    "driver": {
     "added": {
      "refused": "succeeded is terminal, so added can't follow it",
      "rule": "L4",
      "stale": true
     },
     "scheduling": {
      "refused": "succeeded is terminal, so scheduling can't follow it",
      "rule": "L4",
      "stale": true
     },
     "scheduled": {
      "refused": "succeeded is terminal, so scheduled can't follow it",
      "rule": "L4",
      "stale": true
     },
     "inProgress": {
      "refused": "succeeded is terminal, so inProgress can't follow it",
      "rule": "L4",
      "stale": true
     },
     "succeeded": {
      "unchanged": true,
      "rule": "L3"
     },
     "failed": {
      "refused": "succeeded is terminal, so failed can't follow it",
      "rule": "L4",
      "stale": false
     },
     "unknownFutureValue": {
      "refused": "succeeded is terminal, so unknownFutureValue can't follow it",
      "rule": "L4",
      "stale": false
     }
    },
    "observer": {
     "added": {
      "refused": "succeeded is terminal, so added can't follow it",
      "rule": "L4",
      "stale": true
     },
     "scheduling": {
      "refused": "succeeded is terminal, so scheduling can't follow it",
      "rule": "L4",
      "stale": true
     },
     "scheduled": {
      "refused": "succeeded is terminal, so scheduled can't follow it",
      "rule": "L4",
      "stale": true
     },
     "inProgress": {
      "refused": "succeeded is terminal, so inProgress can't follow it",
      "rule": "L4",
      "stale": true
     },
     "succeeded": {
      "unchanged": true,
      "rule": "L3"
     },
     "failed": {
      "refused": "succeeded is terminal, so failed can't follow it",
      "rule": "L4",
      "stale": false
     },
     "unknownFutureValue": {
      "refused": "succeeded is terminal, so unknownFutureValue can't follow it",
      "rule": "L4",
      "stale": true
     }
    }
   }
  },
  "failed": {
   "status": "failed",
   "reports": {
    "driver": {
     "added": {
      "refused": "failed is terminal, so added can't follow it",
      "rule": "L4",
      "stale": true
     },
     "scheduling": {
      "refused": "failed is terminal, so scheduling can't follow it",
      "rule": "L4",
      "stale": true
     },
     "scheduled": {
      "refused": "failed is terminal, so scheduled can't follow it",
      "rule": "L4",
      "stale": true
     },
     "inProgress": {
      "refused": "failed is terminal, so inProgress can't follow it",
      "rule": "L4",
      "stale": true
     },
     "succeeded": {
      "refused": "failed is terminal, so succeeded can't follow it",
      "rule": "L4",
      "stale": false
     },
     "failed": {
      "unchanged": true,
      "rule": "L3"
     },
     "unknownFutureValue": {
      "refused": "failed is terminal, so unknownFutureValue can't follow it",
      "rule": "L4",
      "stale": false
     }
    },
    "observer": {
     "added": {
      "refused": "failed is terminal, so added can't follow it",
      "rule": "L4",
      "stale": true
     },
     "scheduling": {
      "refused": "failed is terminal, so scheduling can't follow it",
      "rule": "L4",
      "stale": true
     },
     "scheduled": {
      "refused": "failed is terminal, so scheduled can't follow it",
      "rule": "L4",
      "stale": true
     },
     "inProgress": {
      "refused": "failed is terminal, so inProgress can't follow it",
      "rule": "L4",
      "stale": true
     },
     "succeeded": {
      "refused": "failed is terminal, so succeeded can't follow it",
      "rule": "L4",
      "stale": false
     },
     "failed": {
      "unchanged": true,
      "rule": "L3"
     },
     "unknownFutureValue": {
      "refused": "failed is terminal, so unknownFutureValue can't follow it",
      "rule": "L4",
      "stale": true
     }
    }
   }
  },
  "unknownFutureValue": {
   "status": "unknownFutureValue",
   "reports": {
    "driver": {
     "added": {
      "refused": "the driver can't report added after unknownFutureValue; nothing may follow it",
      "rule": "L4",
      "stale": false
     },
     "scheduling": {
      "refused": "the driver can't report scheduling after unknownFutureValue; nothing may follow it",
      "rule": "L2",
      "stale": false
     },
     "scheduled": {
      "refused": "the driver can't report scheduled after unknownFutureValue; nothing may follow it",
      "rule": "L2",
      "stale": false
     },
     "inProgress": {
      "refused": "the driver can't report inProgress after unknownFutureValue; nothing may follow it",
      "rule": "L2",
      "stale": false
     },
     "succeeded": {
      "refused": "the driver can't report succeeded after unknownFutureValue; nothing may follow it",
      "rule": "L2",
      "stale": false
     },
     "failed": {
      "refused": "the driver can't report failed after unknownFutureValue; nothing may follow it",
      "rule": "L2",
      "stale": false
     },
     "unknownFutureValue": {
      "unchanged": true,
      "rule": "L3"
     }
    },
    "observer": {
     "added": {
      "refused": "the observer can't report added after unknownFutureValue; scheduling or scheduled or inProgress or succeeded or failed may follow it",
      "rule": "L4",
      "stale": true
     },
     "scheduling": {
      "to": "scheduling"
     },
     "scheduled": {
      "to": "scheduled"
     },
     "inProgress": {
      "to": "inProgress, with a start"
     },
     "succeeded": {
      "to": "succeeded, with a start"
     },
     "failed": {
      "to": "failed"
     },
     "unknownFutureValue": {
      "unchanged": true,
      "rule": "L3"
     }
    }
   }
  },
  "failed, with a start": {
   "status": "failed",
   "reports": {
    "driver": {
     "added": {
      "refused": "failed is terminal, so added can't follow it",
      "rule": "L4",
      "stale": true
     },
     "scheduling": {
      "refused": "failed is terminal, so scheduling can't follow it",
      "rule": "L4",
      "stale": true
     },
     "scheduled": {
      "refused": "failed is terminal, so scheduled can't follow it",
      "rule": "L4",
      "stale": true
     },
     "inProgress": {
      "refused": "failed is terminal, so inProgress can't follow it",
      "rule": "L4",
      "stale": true
     },
     "succeeded": {
      "refused": "failed is terminal, so succeeded can't follow it",
      "rule": "L4",
      "stale": false
     },
     "failed": {
      "unchanged": true,
      "rule": "L3"
     },
     "unknownFutureValue": {
      "refused": "failed is terminal, so unknownFutureValue can't follow it",
      "rule": "L4",
      "stale": false
     }
    },
    "observer": {
     "added": {
      "refused": "failed is terminal, so added can't follow it",
      "rule": "L4",
      "stale": true
     },
     "scheduling": {
      "refused": "failed is terminal, so scheduling can't follow it",
      "rule": "L4",
      "stale": true
     },
     "scheduled": {
      "refused": "failed is terminal, so scheduled can't follow it",
      "rule": "L4",
      "stale": true
     },
     "inProgress": {
      "refused": "failed is terminal, so inProgress can't follow it",
      "rule": "L4",
      "stale": true
     },
     "succeeded": {
      "refused": "failed is terminal, so succeeded can't follow it",
      "rule": "L4",
      "stale": false
     },
     "failed": {
      "unchanged": true,
      "rule": "L3"
     },
     "unknownFutureValue": {
      "refused": "failed is terminal, so unknownFutureValue can't follow it",
      "rule": "L4",
      "stale": true
     }
    }
   }
  },
  "unknownFutureValue, with a start": {
   "status": "unknownFutureValue",
   "reports": {
    "driver": {
     "added": {
      "refused": "the driver can't report added after unknownFutureValue with a start; nothing may follow it",
      "rule": "L4",
      "stale": false
     },
     "scheduling": {
      "refused": "the driver can't report scheduling after unknownFutureValue with a start; nothing may follow it",
      "rule": "L4",
      "stale": false
     },
     "scheduled": {
      "refused": "the driver can't report scheduled after unknownFutureValue with a start; nothing may follow it",
      "rule": "L4",
      "stale": false
     },
     "inProgress": {
      "refused": "the driver can't report inProgress after unknownFutureValue with a start; nothing may follow it",
      "rule": "L2",
      "stale": false
     },
     "succeeded": {
      "refused": "the driver can't report succeeded after unknownFutureValue with a start; nothing may follow it",
      "rule": "L2",
      "stale": false
     },
     "failed": {
      "refused": "the driver can't report failed after unknownFutureValue with a start; nothing may follow it",
      "rule": "L2",
      "stale": false
     },
     "unknownFutureValue": {
      "unchanged": true,
      "rule": "L3"
     }
    },
    "observer": {
     "added": {
      "refused": "the observer can't report added after unknownFutureValue with a start; inProgress or succeeded or failed may follow it",
      "rule": "L4",
      "stale": true
     },
     "scheduling": {
      "refused": "the observer can't report scheduling after unknownFutureValue with a start; inProgress or succeeded or failed may follow it",
      "rule": "L4",
      "stale": true
     },
     "scheduled": {
      "refused": "the observer can't report scheduled after unknownFutureValue with a start; inProgress or succeeded or failed may follow it",
      "rule": "L4",
      "stale": true
     },
     "inProgress": {
      "to": "inProgress, with a start"
     },
     "succeeded": {
      "to": "succeeded, with a start"
     },
     "failed": {
      "to": "failed, with a start"
     },
     "unknownFutureValue": {
      "unchanged": true,
      "rule": "L3"
     }
    }
   }
  }
 },
 "pictures": {
  "lifecycle": "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 846 351\" width=\"846\" height=\"351\" role=\"img\">\n<title>The life of an artifact</title>\n<desc>A driver reports the solid steps, one at a time. An observer may skip ahead along them, and see the dashed ones, too.</desc>\n<style>\n.paper { fill: #ffffff }\n.box { fill: #eef2f8; stroke: #51607a; stroke-width: 1.5 }\n.box.terminal { stroke-width: 3 }\n.box.unsure { fill: #ffffff; stroke-dasharray: 5 4 }\n.line { fill: none; stroke: #51607a; stroke-width: 1.5 }\n.line.dashed { stroke: #8592a8; stroke-dasharray: 5 4 }\n.head { fill: #51607a }\n.head.dashed { fill: #8592a8 }\n.dot { fill: #51607a }\n.ring { fill: none; stroke: #51607a; stroke-width: 1.5 }\ntext { font: 14px system-ui, \"Segoe UI\", Helvetica, Arial, sans-serif; fill: #17202e;\n  text-anchor: middle }\ntext.label { font-size: 12px; stroke: #ffffff; stroke-width: 4; paint-order: stroke }\ntext.note { font-size: 12px; fill: #51607a; text-anchor: start }\n@media (prefers-color-scheme: dark) {\n  .paper { fill: #14181f }\n  .box { fill: #253046; stroke: #a9b7d0 }\n  .box.unsure { fill: #14181f }\n  .line, .ring { stroke: #a9b7d0 }\n  .line.dashed { stroke: #76849d }\n  .head, .dot { fill: #a9b7d0 }\n  .head.dashed { fill: #76849d }\n  text { fill: #e8edf5 }\n  text.label { stroke: #14181f }\n  text.note { fill: #a9b7d0 }\n}\n</style>\n<defs>\n<marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path class=\"head\" d=\"M0,0 10,5 0,10 z\"/></marker>\n<marker id=\"dashed-head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path class=\"head dashed\" d=\"M0,0 10,5 0,10 z\"/></marker>\n</defs>\n<rect class=\"paper\" width=\"846\" height=\"351\" rx=\"8\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M103.0,148.0 L159.5,148.0\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M273.5,148.0 L313.6,148.0\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M273.5,160.7 L625.9,239.0\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M419.4,148.0 L459.5,148.0\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M419.4,165.6 L625.9,234.5\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M573.5,148.0 L613.6,148.0\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M543.5,166.0 L639.5,230.0\"/>\n<path class=\"line dashed\" marker-end=\"url(#dashed-head)\" d=\"M103.0,135.8 L312.5,66.0\"/>\n<path class=\"line dashed\" marker-end=\"url(#dashed-head)\" marker-start=\"url(#dashed-head)\" d=\"M243.5,130.0 L339.5,66.0\"/>\n<path class=\"line dashed\" marker-end=\"url(#dashed-head)\" marker-start=\"url(#dashed-head)\" d=\"M366.5,130.0 L366.5,66.0\"/>\n<path class=\"line dashed\" marker-end=\"url(#dashed-head)\" marker-start=\"url(#dashed-head)\" d=\"M489.5,130.0 L393.5,66.0\"/>\n<path class=\"line dashed\" marker-end=\"url(#dashed-head)\" d=\"M420.5,66.0 L613.6,130.4\"/>\n<path class=\"line dashed\" marker-end=\"url(#dashed-head)\" d=\"M456.3,48.0 Q771.5,48.0 794.0,98.0 Q816.5,148.0 801.5,198.0 Q786.5,248.0 707.1,248.0\"/>\n<rect class=\"box\" x=\"30.0\" y=\"130.0\" width=\"73.0\" height=\"36\" rx=\"9\"/><text x=\"66.5\" y=\"153.0\">added</text>\n<rect class=\"box\" x=\"159.5\" y=\"130.0\" width=\"114.0\" height=\"36\" rx=\"9\"/><text x=\"216.5\" y=\"153.0\">scheduling</text>\n<rect class=\"box\" x=\"313.6\" y=\"130.0\" width=\"105.8\" height=\"36\" rx=\"9\"/><text x=\"366.5\" y=\"153.0\">scheduled</text>\n<rect class=\"box\" x=\"459.5\" y=\"130.0\" width=\"114.0\" height=\"36\" rx=\"9\"/><text x=\"516.5\" y=\"153.0\">inProgress</text>\n<rect class=\"box terminal\" x=\"613.6\" y=\"130.0\" width=\"105.8\" height=\"36\" rx=\"9\"/><text x=\"666.5\" y=\"153.0\">succeeded</text>\n<rect class=\"box terminal\" x=\"625.9\" y=\"230.0\" width=\"81.2\" height=\"36\" rx=\"9\"/><text x=\"666.5\" y=\"253.0\">failed</text>\n<rect class=\"box unsure\" x=\"276.7\" y=\"30.0\" width=\"179.6\" height=\"36\" rx=\"9\"/><text x=\"366.5\" y=\"53.0\">unknownFutureValue</text>\n<text class=\"note\" x=\"30\" y=\"311.0\">A driver reports the solid steps, one at a time.</text>\n<text class=\"note\" x=\"30\" y=\"331.0\">An observer may skip ahead along them, and see the dashed ones, too.</text>\n</svg>\n",
  "session": "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 903 392\" width=\"903\" height=\"392\" role=\"img\">\n<title>The status of a session</title>\n<desc>Arrows without a word: a driver&#x27;s report, which may also leave the status as it is. An observer&#x27;s report, and a batch, may skip ahead along the solid arrows. Dashed: the status of an artifact is not known.</desc>\n<style>\n.paper { fill: #ffffff }\n.box { fill: #eef2f8; stroke: #51607a; stroke-width: 1.5 }\n.box.terminal { stroke-width: 3 }\n.box.unsure { fill: #ffffff; stroke-dasharray: 5 4 }\n.line { fill: none; stroke: #51607a; stroke-width: 1.5 }\n.line.dashed { stroke: #8592a8; stroke-dasharray: 5 4 }\n.head { fill: #51607a }\n.head.dashed { fill: #8592a8 }\n.dot { fill: #51607a }\n.ring { fill: none; stroke: #51607a; stroke-width: 1.5 }\ntext { font: 14px system-ui, \"Segoe UI\", Helvetica, Arial, sans-serif; fill: #17202e;\n  text-anchor: middle }\ntext.label { font-size: 12px; stroke: #ffffff; stroke-width: 4; paint-order: stroke }\ntext.note { font-size: 12px; fill: #51607a; text-anchor: start }\n@media (prefers-color-scheme: dark) {\n  .paper { fill: #14181f }\n  .box { fill: #253046; stroke: #a9b7d0 }\n  .box.unsure { fill: #14181f }\n  .line, .ring { stroke: #a9b7d0 }\n  .line.dashed { stroke: #76849d }\n  .head, .dot { fill: #a9b7d0 }\n  .head.dashed { fill: #76849d }\n  text { fill: #e8edf5 }\n  text.label { stroke: #14181f }\n  text.note { fill: #a9b7d0 }\n}\n</style>\n<defs>\n<marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path class=\"head\" d=\"M0,0 10,5 0,10 z\"/></marker>\n<marker id=\"dashed-head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path class=\"head dashed\" d=\"M0,0 10,5 0,10 z\"/></marker>\n</defs>\n<rect class=\"paper\" width=\"903\" height=\"392\" rx=\"8\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M48.0,178.0 L115.0,178.0\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M139.5,160.0 C125.5,126.0 177.5,126.0 163.5,159.0\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M188.0,178.0 L267.0,178.0\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M151.5,196.0 L151.5,269.0\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M381.0,178.0 L425.9,178.0\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M381.0,192.6 L635.9,257.6\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M507.1,178.0 L586.7,178.0\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M507.1,160.6 L634.5,106.0\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M507.1,195.4 L635.9,250.6\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M766.3,178.0 L855.0,178.0\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M714.0,106.0 L855.9,174.1\"/>\n<path class=\"line\" marker-end=\"url(#head)\" d=\"M714.0,250.0 L855.9,181.9\"/>\n<path class=\"line dashed\" marker-end=\"url(#dashed-head)\" d=\"M178.5,160.0 L319.5,66.0\"/>\n<path class=\"line dashed\" marker-end=\"url(#dashed-head)\" marker-start=\"url(#dashed-head)\" d=\"M327.1,160.0 L343.4,66.0\"/>\n<path class=\"line dashed\" marker-end=\"url(#dashed-head)\" marker-start=\"url(#dashed-head)\" d=\"M449.9,160.0 L363.1,66.0\"/>\n<path class=\"line dashed\" marker-end=\"url(#dashed-head)\" d=\"M392.2,66.0 L630.8,160.0\"/>\n<path class=\"line dashed\" marker-end=\"url(#dashed-head)\" d=\"M436.3,58.9 L623.6,81.6\"/>\n<path class=\"line dashed\" marker-end=\"url(#dashed-head)\" d=\"M373.5,66.0 L649.5,250.0\"/>\n<circle class=\"dot\" cx=\"39.0\" cy=\"178.0\" r=\"5\"/>\n<rect class=\"box\" x=\"115.0\" y=\"160.0\" width=\"73.0\" height=\"36\" rx=\"9\"/><text x=\"151.5\" y=\"183.0\">draft</text>\n<circle class=\"dot\" cx=\"151.5\" cy=\"278.0\" r=\"5\"/><circle class=\"ring\" cx=\"151.5\" cy=\"278.0\" r=\"9\"/>\n<rect class=\"box\" x=\"267.0\" y=\"160.0\" width=\"114.0\" height=\"36\" rx=\"9\"/><text x=\"324.0\" y=\"183.0\">activating</text>\n<rect class=\"box\" x=\"425.9\" y=\"160.0\" width=\"81.2\" height=\"36\" rx=\"9\"/><text x=\"466.5\" y=\"183.0\">active</text>\n<rect class=\"box terminal\" x=\"623.6\" y=\"70.0\" width=\"105.8\" height=\"36\" rx=\"9\"/><text x=\"676.5\" y=\"93.0\">completed</text>\n<rect class=\"box terminal\" x=\"586.7\" y=\"160.0\" width=\"179.6\" height=\"36\" rx=\"9\"/><text x=\"676.5\" y=\"183.0\">completedWithError</text>\n<rect class=\"box terminal\" x=\"635.9\" y=\"250.0\" width=\"81.2\" height=\"36\" rx=\"9\"/><text x=\"676.5\" y=\"273.0\">failed</text>\n<rect class=\"box unsure\" x=\"256.7\" y=\"30.0\" width=\"179.6\" height=\"36\" rx=\"9\"/><text x=\"346.5\" y=\"53.0\">unknownFutureValue</text>\n<circle class=\"dot\" cx=\"864.0\" cy=\"178.0\" r=\"5\"/><circle class=\"ring\" cx=\"864.0\" cy=\"178.0\" r=\"9\"/>\n<text class=\"label\" x=\"81.5\" y=\"171.0\">create</text>\n<text class=\"label\" x=\"151.5\" y=\"128.0\">update, createArtifact</text>\n<text class=\"label\" x=\"227.5\" y=\"171.0\">activate</text>\n<text class=\"label\" x=\"151.5\" y=\"236.5\">delete</text>\n<text class=\"label\" x=\"810.6\" y=\"171.0\">expire</text>\n<text class=\"label\" x=\"784.9\" y=\"144.1\">expire</text>\n<text class=\"label\" x=\"784.9\" y=\"219.9\">expire</text>\n<text class=\"note\" x=\"30\" y=\"332.0\">Arrows without a word: a driver&#x27;s report, which may also leave the status as it is.</text>\n<text class=\"note\" x=\"30\" y=\"352.0\">An observer&#x27;s report, and a batch, may skip ahead along the solid arrows.</text>\n<text class=\"note\" x=\"30\" y=\"372.0\">Dashed: the status of an artifact is not known.</text>\n</svg>\n"
 }
};
