/* eslint-disable */
// Amplify's command line writes this file; here you do, once the user pool is there.

const awsmobile = {
    "aws_project_region": "",
    "aws_cognito_region": "",
    "aws_user_pools_id": "",
    "aws_user_pools_web_client_id": "",
    "oauth": {}
};


export default awsmobile;
